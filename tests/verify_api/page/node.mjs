// The page's modules in Node: one JSON request a line, one answer a line, in order.
//
//   node node.mjs DIR        DIR: a published page, and operations.js beside its index.html

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { answer } = await import(pathToFileURL(`${process.argv[2]}/operations.js`));
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
