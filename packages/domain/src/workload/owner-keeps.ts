import type { Owner } from './observation.ts';

/** "Argo CD (application shop)": who keeps an object as it is or brings it again, so that it is to be taken away there; null where nobody does. */
export function ownerKeeps(owner: Owner): string | null {
  switch (owner.kind) {
    case 'git-controller':
    case 'package-manager':
      return owner.subject === undefined ? owner.name : `${owner.name} (${owner.subject})`;
    case 'delivery-controller':
    case 'unknown-controller':
      return owner.name;
    case 'possible-controller':
    case 'manual-apply':
    case 'nobody':
      return null;
  }
}
