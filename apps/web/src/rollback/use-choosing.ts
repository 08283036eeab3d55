import { useState } from 'react';

/** What of a list a person has ticked. It is forgotten with what it was said of: another target, another group. */
export function useChoosing(of: string) {
  const [said, say] = useState<{ of: string; names: readonly string[] }>({ of, names: [] });
  const chosen = said.of === of ? said.names : [];
  return {
    chosen,
    choose: (name: string, isChosen: boolean) =>
      say({ of, names: isChosen ? [...chosen, name] : chosen.filter((one) => one !== name) }),
  };
}
