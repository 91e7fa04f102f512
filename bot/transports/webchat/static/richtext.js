// Text with Bot API entities as DOM nodes. Offsets are UTF-16 units, as in JavaScript strings.
import { element } from "./boot.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

function wrapper(entity) {
  if (entity.type === "text_link") {
    return element("a", { href: entity.url, target: "_blank", rel: "noopener noreferrer" });
  }
  return element(TAGS[entity.type] ?? "span");
}

export function richText(text, entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const root = document.createDocumentFragment();
  fill(root, text, 0, text.length, sorted);
  return root;
}

function fill(parent, text, start, end, entities) {
  let position = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset > position) parent.append(text.slice(position, entity.offset));
    const inner = [];
    index += 1;
    while (index < entities.length && entities[index].offset < stop) inner.push(entities[index++]);
    const node = wrapper(entity);
    fill(node, text, Math.max(entity.offset, position), stop, inner);
    parent.append(node);
    position = stop;
  }
  if (position < end) parent.append(text.slice(position, end));
}
