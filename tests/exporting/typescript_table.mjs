// What the official TypeScript SDK carries, read from its own schemas. Prints the table; run it beside the installed
// package: node typescript_table.mjs
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = createRequire(pathToFileURL(join(process.cwd(), "index.js")));
const models = await import(pathToFileURL(here.resolve("@openrouter/sdk/models")));
const { version } = JSON.parse(readFileSync(here.resolve("@openrouter/sdk/package.json"), "utf8"));

const names = new Map();
for (const [name, schema] of Object.entries(models)) {
  if (name.endsWith("$outboundSchema")) names.set(schema, name.slice(0, -"$outboundSchema".length));
}
const kinds = {};

const RENAMED = /([A-Za-z0-9_$]+|"[^"]*"): "([^"]*)"/g;

function renames(transform) {
  const found = {};
  for (const [, from, to] of String(transform).matchAll(RENAMED)) found[from.replaceAll('"', "")] = to;
  return found;
}

function node(schema) {
  while (schema.def.type === "lazy") schema = schema.def.getter();
  const shape = schema.def;
  const isNamed = names.has(schema) && ["object", "union", "pipe"].includes(shape.type);
  if (!isNamed) return plain(schema);
  const name = names.get(schema);
  if (!(name in kinds)) {
    kinds[name] = null;
    kinds[name] = plain(schema);
  }
  return `#${name}`;
}

function plain(schema) {
  const shape = schema.def;
  switch (shape.type) {
    case "string": return "string";
    case "boolean": return "boolean";
    case "number": return shape.format === "safeint" || shape.checks?.length ? "integer" : "number";
    case "any": case "unknown": return "any";
    case "null": return "null";
    case "literal": return { is: shape.values };
    case "enum": return { is: Object.values(shape.entries) };
    case "array": return { list: node(shape.element) };
    case "record": return { map: node(shape.valueType) };
    case "optional": case "default": return node(shape.innerType);
    case "nullable": return union([node(shape.innerType), "null"]);
    case "union": return union(shape.options.map(node));
    case "intersection": return both(node(shape.left), node(shape.right));
    case "pipe": return object(shape.in, shape.out.def.transform);
    case "object": return object(schema, "");
    case "lazy": return node(schema);
    default: throw new Error(`no rule for ${shape.type}`);
  }
}

function object(schema, transform) {
  if (schema.def.type !== "object") return node(schema);
  const renamed = renames(transform);
  const found = { keys: {} };
  const must = [], sdk = {};
  for (const [name, inner] of Object.entries(schema.def.shape)) {
    if (name === "additionalProperties") {
      let open = inner;
      while (open.def.type === "optional") open = open.def.innerType;
      found.rest = node(open.def.valueType);
      continue;
    }
    if (isInstance(inner)) continue;
    const json = renamed[name] ?? name;
    found.keys[json] = node(inner);
    if (json !== name) sdk[json] = name;
    if (inner.def.type !== "optional" && inner.def.type !== "default") must.push(json);
  }
  if (must.length) found.must = must;
  if (Object.keys(sdk).length) found.sdk = sdk;
  return found;
}

// A value that only a class of the SDK can hold, such as a date, is no JSON.
function isInstance(schema) {
  const { type, innerType, in: before } = schema.def;
  return type === "custom" || (type === "optional" && isInstance(innerType)) || (type === "pipe" && isInstance(before));
}

function both(left, right) {
  const of = (one) => (typeof one === "string" ? kinds[one.slice(1)] : one);
  const [a, b] = [of(left), of(right)];
  return { ...a, keys: { ...a.keys, ...b.keys }, must: [...new Set([...(a.must ?? []), ...(b.must ?? [])])] };
}

function union(members) {
  const flat = members.flatMap((one) => (typeof one === "object" && one.one ? one.one : [one]));
  const once = flat.filter((one, index) => flat.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index);
  return once.length === 1 ? once[0] : { one: once };
}

node(models.ChatRequest$outboundSchema);
const spaced = (value) => JSON.stringify(value, null, 1).replace(/\n\s*/g, " ").replace(/([[{]) /g, "$1").replace(/ ([\]}])/g, "$1");
const lines = Object.keys(kinds).sort().map((name) => `  ${JSON.stringify(name)}: ${spaced(kinds[name])}`);
process.stdout.write(`{"sdk": "@openrouter/sdk", "version": "${version}", "kinds": {\n${lines.join(",\n")}\n}}\n`);
