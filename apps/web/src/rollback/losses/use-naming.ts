import type { Loss, PlanPreview } from '@lastgood/api-client';
import { useState } from 'react';
import { lossesToName, unnamed } from './named-losses.ts';

export interface Naming {
  /** All that has to be named before the press; empty where nothing is lost. */
  losses: readonly Loss[];
  /** Those that nobody has named yet. */
  missing: readonly Loss[];
  named: readonly string[];
  name: (loss: string, isNamed: boolean) => void;
  /** How often somebody pressed before all was named. */
  sought: number;
  /** Leads to the first that is not named. */
  seek: () => void;
}

/** What of a plan's losses a person has named. It is forgotten with what it was said of: another target, another group. */
export function useNaming(of: string, preview: PlanPreview | undefined): Naming {
  const [said, say] = useState<{ of: string; names: readonly string[] }>({ of, names: [] });
  const [sought, setSought] = useState(0);
  const named = said.of === of ? said.names : [];
  const losses = lossesToName(preview);
  return {
    losses,
    missing: unnamed(losses, named),
    named,
    name: (loss, isNamed) =>
      say({ of, names: isNamed ? [...named, loss] : named.filter((one) => one !== loss) }),
    sought,
    seek: () => setSought((times) => times + 1),
  };
}
