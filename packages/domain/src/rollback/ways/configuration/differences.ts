import {
  type ConfigurationState,
  changedKeys,
  configurationInWords,
  type HeldConfiguration,
  isKnownToDiffer,
} from '../../../workload/configuration.ts';
import type { Difference } from '../../../workload/difference/difference.ts';
import type { RollbackContext, WayDifferences } from '../way.ts';
import { type ReturningConfiguration, returningConfiguration } from './recorded.ts';

/** Keys of one object that are told one by one. */
const mostTold = 20;

/** Which keys the release changed in what its template names. Values are not told. */
export function configurationDifferences(context: RollbackContext): WayDifferences {
  return { items: returningConfiguration(context).flatMap(differencesOf), unknown: [] };
}

function differencesOf(object: ReturningConfiguration): Difference[] {
  const { left, to } = object;
  if (!left || !to || !isKnownToDiffer(left, to)) return [];
  const name = configurationInWords(object);
  if (left.kind !== 'there' || to.kind !== 'there') return [difference(name, presence(to))];
  const keys = changedKeys(left, to);
  if (keys.length === 0) return [difference(name, 'changed')];
  const more = keys.length - mostTold;
  return [
    ...keys.slice(0, mostTold).map(({ key, how }) => difference(`${name}, ${key}`, how)),
    ...(more > 0 ? [difference(`${name}, ${more} more keys`, 'changed')] : []),
  ];
}

function presence(to: ConfigurationState): Difference['kind'] {
  return to.kind === 'absent' ? 'removed' : 'added';
}

function difference(path: string, kind: Difference['kind']): Difference {
  return { aspect: 'config', path, before: null, after: null, kind, hidden: true };
}

/** "LOG_LEVEL changed, FEATURE removed"; at most some of them. */
export function keysInWords(from: HeldConfiguration, to: HeldConfiguration): string {
  const keys = changedKeys(from, to);
  const told = keys.slice(0, 5).map(({ key, how }) => `${key} ${how}`);
  return [...told, ...(keys.length > 5 ? [`${keys.length - 5} more`] : [])].join(', ');
}
