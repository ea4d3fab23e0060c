/**
 * A schema library in a dozen lines, for the loader has no bytes for a real one: what comes from
 * frame, server, storage and page is held against a table before anybody looks at it. Pure.
 */

/** A pattern for a value's type and text together, such as `number4900` or `stringEUR`. */
export interface Leaf<Value> extends RegExp {
  /** Never there; names the type of the value. */
  readonly of: Value;
}

/** A pattern, a list with its most, or an object's fields. A plain pattern is a text's. */
export type Shape = RegExp | List | { readonly [key: string]: Shape };

export type Shaped<S> =
  S extends Leaf<infer Value>
    ? Value
    : S extends RegExp
      ? string
      : S extends readonly [infer Item, number]
        ? Shaped<Item>[]
        : { [Key in keyof S]: Shaped<S[Key]> };

/** A list with its most. */
type List = readonly [item: Shape, most: number];
type Fields = Readonly<Record<string, unknown>>;

/** Throws where it does not fit: what is no list has no `map`, and what is nothing has no fields. */
function read(value: unknown, shape: Shape): unknown {
  if ((shape as RegExp).test) {
    if ((shape as RegExp).test(typeof value + value)) return value;
  } else if ((shape as List).map) {
    if ((value as unknown[]).length <= (shape as List)[1])
      return (value as unknown[]).map((item) => read(item, (shape as List)[0]));
  } else {
    const fields: Record<string, unknown> = {};
    for (const key in shape)
      fields[key] = read((value as Fields)[key], (shape as Record<string, Shape>)[key] as Shape);
    return fields;
  }
  throw shape;
}

/** @returns a copy with the known fields alone, or nothing when one of them does not fit. */
export function parse<const S extends Shape>(value: unknown, shape: S): Shaped<S> | undefined {
  try {
    return read(value, shape) as Shaped<S>;
  } catch {
    return undefined;
  }
}
