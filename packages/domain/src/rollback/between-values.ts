import { Check } from 'typebox/value';
import type { OtherChange } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import { gitopsDeclaration } from './ways/gitops/change.ts';

/** What a change is of, as a key: a cluster, a namespace or a path in Git that are not named are those of the service. */
export function placeOf({ kind, target }: OtherChange, service: Service): string {
  const full = { ...unnamed(kind, service), ...target };
  const told = Object.entries(full).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify([kind, told.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function unnamed(kind: OtherChange['kind'], { cluster, namespace, rollback }: Service): object {
  if (kind === 'traffic') return { cluster, namespace };
  const { gitops } = rollback;
  return kind === 'gitops' && Check(gitopsDeclaration, gitops) ? { path: gitops.path } : {};
}

/** Weights are the same by their shares, whatever their scale; a member that is zero is as good as absent. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const total = members.reduce((sum, [, each]) => sum + (typeof each === 'number' ? each : Number.NaN), 0);
  if (!(total > 0)) return JSON.stringify(members.map(([key, each]) => [key, canonical(each)]));
  return JSON.stringify(members.flatMap(([key, each]) => (each > 0 ? [[key, each / total]] : [])));
}

/** "name checkout, environment production" */
export function targetInWords(target: object): string {
  const members = Object.entries(target).map(([key, value]) => `${key} ${plain(value)}`);
  return members.length > 0 ? members.join(', ') : 'not said which';
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
