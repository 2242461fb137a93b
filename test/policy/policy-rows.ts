import { z } from "zod";

/** A key of the policy file as the reference has it. */
export type PolicyRow = {
  readonly key: string;
  readonly takes: string;
  /** Empty of a key that has to be there. */
  readonly otherwise: string;
  readonly what: string;
};

/** A value of the file without what makes it optional, and what is said of it on the way there. */
type Shape = {
  readonly inner: z.core.$ZodType;
  readonly said: Readonly<Record<string, unknown>>;
  readonly otherwise: unknown;
};

/** The rows of these keys and of all below them, in the schema's order. Throws at a value that nothing is said of. */
export function rowsOf(keys: z.core.$ZodShape, place = ""): readonly PolicyRow[] {
  return Object.entries(keys).flatMap(([name, schema]) => {
    const key = `${place}${name}`;
    const shape = shapeOf(schema);
    const { inner, said, otherwise } = shape;
    const below = objectsOf(inner).flatMap((object) => rowsOf(object.shape, `${key}.`));
    const { description: what } = said;
    if (what === undefined && inner instanceof z.ZodObject) return below;
    if (typeof what !== "string") throw new Error(`${key} is not described in policy-schema.ts`);
    return [{ key, takes: takenBy(shape), otherwise: inWords(otherwise, inner), what }, ...below];
  });
}

/** What stands inside what is only wrapped: the outermost word on it counts. */
function shapeOf(schema: z.core.$ZodType): Shape {
  const own = z.globalRegistry.get(schema) ?? {};
  if (schema instanceof z.ZodDefault) {
    const shape = shapeOf(schema.def.innerType);
    return { ...shape, said: { ...shape.said, ...own }, otherwise: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) {
    const shape = shapeOf(schema.def.innerType);
    const said = { ...shape.said, ...own };
    return { ...shape, said, otherwise: shape.otherwise ?? said["otherwise"] };
  }
  return { inner: schema, said: own, otherwise: undefined };
}

/** The mappings that a value may be; those under names of people's own choice are not followed. */
function objectsOf(inner: z.core.$ZodType): readonly z.ZodObject[] {
  if (inner instanceof z.ZodObject) return [inner];
  return inner instanceof z.ZodUnion ? inner.def.options.flatMap(objectsOf) : [];
}

function takenBy({ inner, said }: Shape): string {
  const { takes } = said;
  if (typeof takes === "string") return takes;
  if (inner instanceof z.ZodEnum || inner instanceof z.ZodLiteral) {
    const values = inner instanceof z.ZodEnum ? inner.options : [...inner.values];
    return values.map((value) => `\`${String(value)}\``).join(", ");
  }
  if (inner instanceof z.ZodNumber) return numbersOf(inner);
  if (inner instanceof z.ZodArray) return `list: ${takenBy(shapeOf(inner.element))}`;
  if (inner instanceof z.ZodObject || inner instanceof z.ZodRecord) return "keys";
  if (inner instanceof z.ZodUnion) {
    return inner.def.options.map((option) => takenBy(shapeOf(option))).join(", or ");
  }
  return "text";
}

function numbersOf({ format, minValue, maxValue }: z.ZodNumber): string {
  const least = minValue === null ? "" : ` from ${String(minValue)}`;
  // Whole numbers end by themselves where they are not exact any more.
  const most =
    maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? "" : ` to ${String(maxValue)}`;
  return `${format === null ? "number" : "whole number"}${least}${most}`;
}

function inWords(otherwise: unknown, inner: z.core.$ZodType): string {
  if (otherwise === undefined) return "";
  if (otherwise === Infinity) return "without end";
  // Of a length of time, whose text was read before.
  if (otherwise === 0 && !(inner instanceof z.ZodNumber)) return "none";
  if (typeof otherwise === "string")
    return otherwise.startsWith("`") ? otherwise : `\`${otherwise}\``;
  return `\`${JSON.stringify(otherwise)}\``;
}
