import { acceptDeclared, type DeclaredTrigger, declaredTriggerSchemas } from '../trigger/declared-trigger.ts';
import { plainKind, triggerKind } from '../trigger/kinds/index.ts';
import { defaultTriggerSet } from '../trigger/shipped-triggers.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerSet } from '../trigger/trigger-set.ts';
import { schemaFaults, type TrialFault } from './fault.ts';

/** A trigger as it was declared in a file, or what is wrong with it. */
function readTrigger(declared: unknown, path: string): RollbackTrigger | TrialFault[] {
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared))
    return [{ path, message: 'a trigger has members: name, query, threshold and so on' }];
  const { kind = plainKind } = declared as { kind?: unknown };
  const schema = typeof kind === 'string' ? declaredTriggerSchemas.get(kind) : undefined;
  if (!schema)
    return [
      { path: `${path}/kind`, message: `it must be one of ${[...declaredTriggerSchemas.keys()].join(', ')}` },
    ];
  const faults = schemaFaults(schema, declared, path);
  if (faults.length > 0) return faults;
  const sound = declared as DeclaredTrigger;
  const found = triggerKind(sound).lint(sound);
  if (found.length > 0) return found.map((one) => ({ ...one, path: `${path}${one.path}` }));
  return acceptDeclared(sound);
}

/** The triggers of a set as it was declared, or what is wrong with them. */
export function readTriggerSet(name: string, declared: unknown, path: string): TriggerSet | TrialFault[] {
  const list = (declared as { triggers?: unknown } | null)?.triggers;
  if (!Array.isArray(list)) return [{ path, message: 'triggers is missing: a list of them' }];
  const read = list.map((one, index) => readTrigger(one, `${path}/triggers/${index}`));
  const faults = read.flatMap((one) => (Array.isArray(one) ? one : []));
  if (faults.length > 0) return faults;
  return { name, description: '', triggers: read.flatMap((one) => (Array.isArray(one) ? [] : [one])) };
}

/**
 * The trigger that is meant: as it is declared there, or by its name, `SET/NAME` where several sets have it. The shipped ones are
 * the set `default`; a set of that name in a file takes their place, as it does on a server.
 */
export function findTrigger(
  meant: string | Record<string, unknown>,
  sets: readonly TriggerSet[],
  path: string,
): RollbackTrigger | TrialFault[] {
  if (typeof meant !== 'string') return readTrigger(meant, path);
  const isOwn = sets.some(({ name }) => name === defaultTriggerSet.name);
  const all = isOwn ? sets : [...sets, defaultTriggerSet];
  const found = all.flatMap(({ name, triggers }) =>
    triggers
      .filter((one) => meant === one.name || meant === `${name}/${one.name}`)
      .map((trigger) => ({ set: name, trigger })),
  );
  const [first, second] = found;
  if (!first) {
    const known = all.map(({ name, triggers }) => `${name}: ${triggers.map((one) => one.name).join(', ')}`);
    return [{ path, message: `there is no trigger ${meant}; there is ${known.join('; ')}` }];
  }
  if (second) {
    const names = found.map(({ set }) => `${set}/${meant}`);
    return [{ path, message: `several sets have it: write ${names.join(' or ')}` }];
  }
  return first.trigger;
}
