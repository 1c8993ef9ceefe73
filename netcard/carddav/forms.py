"""Forms of the pages about devices."""

from netcard.accounts.app_passwords import LABEL
from netcard.web.forms import Form, text


class Connect(Form):
    label = text("Name of the device", LABEL, "Give it a name you will know it by, such as My phone.")
