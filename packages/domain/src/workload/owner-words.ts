import type { Owner } from './observation.ts';

/** "Argo CD application shop/checkout", "Helm release shop" */
export function ownerInWords({ name, subject }: Exclude<Owner, { kind: 'nobody' }>): string {
  return subject === undefined ? name : `${name} ${subject}`;
}
