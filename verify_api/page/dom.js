/** Making elements. Text enters as text: nothing here, or anywhere in the page, parses HTML. */

const ZONE = /^[A-Z0-9<]{30,44}$/m;

/** An element with attributes and children; a string becomes text, null and false nothing. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/** One of the page's symbols. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A list of names and values. */
export function facts(rows) {
  return element("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [element("dt", {}, name), said(value)]));
}

/** A machine-readable zone keeps its lines, as they are on the paper. */
function said(value) {
  const made = element("dd", {}, value);
  const line = ZONE.exec(value)?.[0];
  if (line) {
    made.className = "zone";
    made.style.setProperty("--across", line.length);
  }
  return made;
}

export const byId = (id) => document.getElementById(id);
