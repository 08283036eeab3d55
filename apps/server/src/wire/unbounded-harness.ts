/** A JSON Schema, as far as its bounds go. */
interface Bounded {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string | readonly string[];
  properties?: Record<string, Bounded>;
  patternProperties?: Record<string, Bounded>;
  additionalProperties?: boolean | Bounded;
  propertyNames?: Bounded;
  items?: Bounded;
  if?: Bounded;
  then?: Bounded;
  else?: Bounded;
}

const branches = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * What a schema lets in without a bound: texts, lists, maps and numbers of any size, and values of any kind, each by its place.
 * Empty when everything has one.
 */
export function findUnbounded(schema: unknown, components: Record<string, unknown> = {}): string[] {
  const seen = new Set<unknown>();
  return look(schema as Bounded, '');

  function look(given: Bounded, at: string): string[] {
    const one = given.$ref ? (components[given.$ref.split('/').at(-1) ?? ''] as Bounded | undefined) : given;
    if (!one) return [`${at}: ${given.$ref} is not there`];
    if (seen.has(one)) return [];
    seen.add(one);
    const alternatives = branches.flatMap((kind) => (one[kind] as Bounded[] | undefined) ?? []);
    const within = alternatives.flatMap((branch, index) => look(branch, `${at}(${index})`));
    if (one.enum || 'const' in one) return [];
    const types = [one.type ?? []].flat();
    if (one.if) return [one.then, one.else].flatMap((narrower) => (narrower ? narrowed(narrower, at) : []));
    if (types.length === 0) return alternatives.length > 0 ? within : [`${at}: anything at all`];
    return [...within, ...types.flatMap((type) => faultsOf(type, one, at))];
  }

  /** What a condition says of members beside the schema that it stands in: that one has the bounds of the rest. */
  function narrowed(one: Bounded, at: string): string[] {
    if (one.type || one.$ref || one.if || branches.some((kind) => kind in one)) return look(one, at);
    return Object.entries(one.properties ?? {}).flatMap(([name, inner]) => look(inner, `${at}/${name}`));
  }

  function faultsOf(type: string, one: Bounded, at: string): string[] {
    switch (type) {
      case 'string':
        return one.maxLength === undefined ? [`${at}: a text without maxLength`] : [];
      case 'number':
      case 'integer':
        return one.minimum === undefined || one.maximum === undefined
          ? [`${at}: a number without minimum and maximum`]
          : [];
      case 'array':
        return [
          ...(one.maxItems === undefined ? [`${at}: a list without maxItems`] : []),
          ...(one.items ? look(one.items, `${at}/*`) : [`${at}: a list of anything`]),
        ];
      case 'object':
        return faultsOfObject(one, at);
      default:
        return [];
    }
  }

  function faultsOfObject(one: Bounded, at: string): string[] {
    const { properties = {}, patternProperties = {}, additionalProperties, propertyNames } = one;
    const known = Object.entries(properties).flatMap(([name, inner]) => look(inner, `${at}/${name}`));
    const matched = Object.entries(patternProperties).flatMap(([name, inner]) =>
      look(inner, `${at}/${name}`),
    );
    // Branches told apart by a member leave the refusal of others to each branch.
    const isFrame = branches.some((kind) => kind in one) && Object.keys(properties).length > 0;
    const others = typeof additionalProperties === 'object' ? look(additionalProperties, `${at}/*`) : [];
    const isMap = typeof additionalProperties === 'object' || Object.keys(patternProperties).length > 0;
    return [
      ...known,
      ...matched,
      ...others,
      ...(additionalProperties === undefined && !isFrame
        ? [`${at}: an object with members of any name`]
        : []),
      ...(isMap && one.maxProperties === undefined ? [`${at}: a map without maxProperties`] : []),
      ...(typeof additionalProperties === 'object'
        ? look(propertyNames ?? { type: 'string' }, `${at}/names`)
        : []),
    ];
  }
}
