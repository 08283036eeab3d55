import { stepContracts } from './contracts/index.ts';
import type { ContractOf, StepKind } from './step.ts';

const byKind = new Map<StepKind, unknown>(stepContracts.map((contract) => [contract.kind, contract]));

/** The contract of a step or of a kind. */
export function contractOf<K extends StepKind>({ kind }: { kind: K }): ContractOf<K> {
  // `StepKind` is made of the list, so each kind has its contract; that it is that of K the compiler cannot see in a map.
  return byKind.get(kind) as ContractOf<K>;
}

/** Kinds that change the world; the others look, rehearse or tell. */
export const changingKinds = stepContracts.filter((one) => one.looksOnly === null).map((one) => one.kind);
