/** A schema as plain JSON Schema, as far as faults are explained by it. */
export interface LooseSchema {
  type?: string;
  required?: string[];
  properties?: Record<string, LooseSchema>;
  patternProperties?: Record<string, LooseSchema>;
  items?: LooseSchema;
  prefixItems?: LooseSchema[];
  anyOf?: LooseSchema[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  description?: string;
  writeOnly?: boolean;
}

/**
 * The schema with every union that is told apart by `kind` replaced by the branch the value chose, so that a fault inside
 * is told as that branch's own. Where no branch has the kind, only the kind is at fault.
 */
export function branchByKind(schema: LooseSchema, value: unknown): LooseSchema {
  if (schema.anyOf?.every(({ properties }) => properties?.kind)) {
    const chosen = schema.anyOf.find((branch) => hasKind(branch, value));
    return chosen ? branchByKind(chosen, value) : kindOnly(schema.anyOf);
  }
  if (typeof value !== 'object' || value === null) return schema;
  const { items, patternProperties = {} } = schema;
  if (items && Array.isArray(value)) {
    const { items: _each, ...rest } = schema;
    return { ...rest, prefixItems: value.map((item) => branchByKind(items, item)) };
  }
  // Keys are words of a person: `constructor` is in every object, and `__proto__` is set by no assignment.
  const members = new Map(Object.entries(schema.properties ?? {}));
  for (const [key, member] of Object.entries(value)) {
    const [, byPattern] = Object.entries(patternProperties).find(([at]) => new RegExp(at).test(key)) ?? [];
    const own = members.get(key) ?? byPattern;
    if (own) members.set(key, branchByKind(own, member));
  }
  // What has its own schema now is not judged by the pattern's again.
  const names = Object.fromEntries(Object.keys(patternProperties).map((at) => [at, {}]));
  return { ...schema, properties: Object.fromEntries(members), patternProperties: names };
}

/** The schema of a member that the schema itself names. */
export function memberOf({ properties = {} }: LooseSchema, key: string): LooseSchema | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function hasKind({ properties, required }: LooseSchema, value: unknown): boolean {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return kind === undefined ? !required?.includes('kind') : kind === properties?.kind?.const;
}

/** As one list of words: a union's branches would each be at fault, and only so many faults are told. */
function kindOnly(branches: readonly LooseSchema[]): LooseSchema {
  const kinds = branches.map(({ properties }) => properties?.kind?.const);
  return { type: 'object', required: ['kind'], properties: { kind: { enum: kinds } } };
}
