"""A throw-away PostgreSQL cluster from the installed binaries, on a socket of its own."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType


class Cluster:
    """Runs while the `with` block does; fsync off, no TCP. `initdb` refuses root, so root hands it over."""

    def __enter__(self) -> "Cluster":
        self._bin = _binaries()
        self._user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
        self._made = 0
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run(
            "initdb",
            "-D",
            f"{self.folder}/data",
            "-U",
            "netcard",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        quick = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=400")
        options = " ".join([f"-k {self.folder} -h ''", *(f"-c {setting}" for setting in quick)])
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", "-w", "start"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """Create an empty database and give its address."""
        self._made += 1
        name = f"netcard{self._made}"
        self._run("createdb", "-h", str(self.folder), "-U", "netcard", name)
        return f"postgresql://netcard@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            user=self._user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": _home(self._user), "LC_ALL": "C"},
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL's {program} failed with status {done.returncode}")


def _home(user: str | None) -> str:
    return pwd.getpwnam(user or getpass.getuser()).pw_dir


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if not found:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent
