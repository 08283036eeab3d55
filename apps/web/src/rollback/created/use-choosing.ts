import { useState } from 'react';

/** What of the objects that a release created a person wants removed. It is forgotten with what it was said of. */
export function useChoosing(of: string) {
  const [said, say] = useState<{ of: string; names: readonly string[] }>({ of, names: [] });
  const chosen = said.of === of ? said.names : [];
  return {
    chosen,
    choose: (name: string, isChosen: boolean) =>
      say({ of, names: isChosen ? [...chosen, name] : chosen.filter((one) => one !== name) }),
  };
}
