import type { PlanJson } from './plan-json.ts';

/** Every value that the program marks as sensitive: of variables, of resources before and after, and of outputs. */
export function sensitiveValues(plan: PlanJson): string[] {
  const found = new Set<string>();
  const declared = plan.configuration?.root_module?.variables ?? {};
  for (const [name, { value }] of Object.entries(plan.variables ?? {}))
    if (declared[name]?.sensitive === true) collect(value, true, found);
  const resources = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])];
  const changes = [...resources.map(({ change }) => change), ...Object.values(plan.output_changes ?? {})];
  for (const { before, after, before_sensitive, after_sensitive } of changes) {
    collect(before, before_sensitive, found);
    collect(after, after_sensitive, found);
  }
  return [...found];
}

/** @param mask `true` for all of the value, else the same for each of its members */
function collect(value: unknown, mask: unknown, found: Set<string>): void {
  if (mask === true) all(value, found);
  if (typeof mask !== 'object' || mask === null || typeof value !== 'object' || value === null) return;
  const members = new Map(Object.entries(value));
  for (const [name, inner] of Object.entries(mask)) collect(members.get(name), inner, found);
}

function all(value: unknown, found: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) all(inner, found);
  } else if (typeof value === 'string' || typeof value === 'number') found.add(String(value));
}
