// An icon from the symbols that the page carries.
const SVG = "http://www.w3.org/2000/svg";

export function drawIcon(href) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", href);
  svg.append(use);
  return svg;
}
