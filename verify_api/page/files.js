/** From a file that was chosen, a photograph or a PDF, to its pictures.
 *
 * Our papers draw their code as lines, so a PDF has to be drawn: by pdf.js, which is fetched when the first PDF is
 * chosen, and kept. What is judged is what is printed, never an attachment that a forger leaves genuine.
 */

import { pixels } from "./camera.js";

const EDGE_MAX = 2400;
const PAGES_MAX = 10;
const SIZE_MAX = 20 << 20;
const PDF_SCALE = 200 / 72; // 200 dots an inch: 3 pixels for the smallest module that we print

/** One picture (ImageData) after the other; an Error for a file that is neither. */
export async function* pictures(file) {
  if (file.size > SIZE_MAX) throw new Error("too large");
  if (await isPdf(file)) yield* pages(file);
  else yield* photograph(file);
}

async function isPdf(file) {
  const start = new Uint8Array(await file.slice(0, 5).arrayBuffer());
  return String.fromCharCode(...start) === "%PDF-";
}

/** The photograph, as it is turned, and then smaller: what is blurred at full size may be read at half. */
async function* photograph(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const fit = Math.min(1, EDGE_MAX / Math.max(image.width, image.height));
  for (const scale of [fit, fit / 2]) {
    const [width, height] = [image.width, image.height].map((edge) => Math.max(1, Math.round(edge * scale)));
    yield pixels(document.createElement("canvas"), image, 0, 0, image.width, image.height, width, height);
  }
  image.close();
}

async function* pages(file) {
  const { getDocument, GlobalWorkerOptions } = await import("./vendor/pdf/pdf.min.js");
  GlobalWorkerOptions.workerSrc = new URL("./vendor/pdf/pdf.worker.min.js", import.meta.url).href;
  const asked = getDocument({ data: await file.arrayBuffer(), isEvalSupported: false, disableFontFace: true, useWorkerFetch: false, useWasm: false });
  try {
    const pdf = await asked.promise;
    for (let number = 1; number <= Math.min(pdf.numPages, PAGES_MAX); number++) yield await drawn(await pdf.getPage(number));
  } finally {
    await asked.destroy();
  }
}

async function drawn(page) {
  const [, , width, height] = page.view;
  const viewport = page.getViewport({ scale: Math.min(PDF_SCALE, EDGE_MAX / Math.max(width, height)) });
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.ceil(viewport.width), height: Math.ceil(viewport.height) });
  const canvasContext = canvas.getContext("2d", { willReadFrequently: true });
  await page.render({ canvas, canvasContext, viewport }).promise;
  return canvasContext.getImageData(0, 0, canvas.width, canvas.height);
}
