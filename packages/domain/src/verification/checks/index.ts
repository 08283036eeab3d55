import type { CheckKind, CheckPort } from '../check-kind.ts';
import { http } from './http.ts';
import { kubernetes } from './kubernetes.ts';
import { prometheus } from './prometheus.ts';

/** Every kind of check: a kind is its file and its line here. */
export const checkKinds = [prometheus, http, kubernetes] as const;

type Kind = (typeof checkKinds)[number];

/** A check as a team declares it, durations in seconds. */
export type DeclaredCheck = Parameters<Kind['accept']>[0];

/** A check as it is kept and asked. */
export type VerificationCheck = ReturnType<Kind['accept']>;

export type CheckType = VerificationCheck['type'];

export function checkKind(type: CheckType): CheckKind<CheckPort, DeclaredCheck, VerificationCheck> {
  const kind = checkKinds.find((one) => one.type === type);
  if (!kind) throw new Error(`There is no kind of check ${type}.`);
  return kind;
}
