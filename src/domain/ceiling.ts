/**
 * 上限: the most that may be seen, as names of precisions by semantic type; `untyped` for fields without one, `*` for
 * types that are not named. Several names join. What is named nowhere may not be seen at all.
 */
export type Ceiling = Readonly<Record<string, readonly string[]>>;
