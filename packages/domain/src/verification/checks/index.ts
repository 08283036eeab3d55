import type { CheckKind, CheckPort, DeclaredKind } from '../check-kind.ts';
import { http } from './http.ts';
import { kubernetes } from './kubernetes.ts';
import { prometheus } from './prometheus.ts';
import { trigger } from './trigger.ts';

/** Every kind of check that a team declares: a kind is its file and its line here. */
export const declaredKinds = [prometheus, http, kubernetes] as const;

/** Those, and what a run asks by itself. */
export const checkKinds = [...declaredKinds, trigger] as const;

/** A check as a team declares it, durations in seconds. */
export type DeclaredCheck = Parameters<(typeof declaredKinds)[number]['accept']>[0];

/** A declared check as it is kept. */
export type ServiceCheck = ReturnType<(typeof declaredKinds)[number]['accept']>;

/** A check as it is asked. */
export type VerificationCheck = Parameters<(typeof checkKinds)[number]['asks']>[0];

export type CheckType = VerificationCheck['type'];

export function checkKind(type: CheckType): CheckKind<CheckPort, VerificationCheck> {
  const kind = checkKinds.find((one) => one.type === type);
  if (!kind) throw new Error(`There is no kind of check ${type}.`);
  return kind;
}

export function declaredKind(
  type: DeclaredCheck['type'],
): DeclaredKind<CheckPort, DeclaredCheck, ServiceCheck> {
  const kind = declaredKinds.find((one) => one.type === type);
  if (!kind) throw new Error(`No check of type ${type} can be declared.`);
  return kind;
}
