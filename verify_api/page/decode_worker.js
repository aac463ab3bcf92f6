/** The worker that reads QR, Data Matrix and Aztec codes: zxing-cpp in WebAssembly. It gives bytes, never text. */

import { prepareZXingModule, readBarcodes } from "./vendor/zxing/reader/index.js";

const CODES_MAX = 8;
const FAST = { formats: ["QRCode", "DataMatrix", "Aztec"], maxNumberOfSymbols: CODES_MAX, textMode: "Plain", tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: false };
const HARD = { ...FAST, tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true };

const wasm = new URL("./vendor/zxing/reader/zxing_reader.wasm", import.meta.url).href; // else it asks a network of others
prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });

self.onmessage = async ({ data: { id, pixels, width, height, hard } }) => {
  try {
    const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
    const found = await readBarcodes(image, hard ? HARD : FAST);
    self.postMessage({ id, codes: found.filter((one) => one.isValid).map((one) => one.bytes) });
  } catch {
    self.postMessage({ id, codes: null });
  }
};
