/* A photo made small before it is kept: 6 MB from a camera become some 400 KB, without place or camera in it. */

const SIDE = 1600;
const QUALITY = 0.82;
const MOST_AS_IT_IS = 20_000_000;

/** The photo as JPEG bytes, upright. What this browser cannot draw (HEIC) is kept as it came; null when it is too large. */
export async function smaller(file) {
  try {
    return await drawn(file);
  } catch {
    return file.size <= MOST_AS_IT_IS ? file.arrayBuffer() : null;
  }
}

async function drawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // a JPEG has nothing to see through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("not drawn");
  return blob.arrayBuffer();
}
