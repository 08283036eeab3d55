import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import { byName, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { cloudformation } from './cloudformation/vendor.ts';
import { terraform } from './terraform/vendor.ts';

const title = 'stack';
const stackOf = ({ stack }: { stack: string }) => stack;

/** What applies recorded configurations to stacks. An entry is one stack, by its name. */
export const infrastructure = definePortFamily<Infrastructure>(
  { title, vendors: [terraform, cloudformation] },
  (entries) => {
    const { read, effect, whyUnknown } = dispatch(byName(title, entries));
    return {
      whyUnknown,
      readStack: read('stack', stackOf, (made) => made.readStack),
      applyInfrastructure: effect('apply-infrastructure', stackOf, (made) => made.applyInfrastructure),
    };
  },
);
