import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * A filter that is part of the address: its values by name, empty where not set. Setting one keeps the others.
 *
 * @param names a list that stays the same from one drawing to the next
 */
export function useUrlFilter<const Name extends string>(names: readonly Name[]) {
  const [search, setSearch] = useSearchParams();
  const values = useMemo(
    () => Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<Name, string>,
    [names, search],
  );
  const set = useCallback(
    (next: Partial<Record<Name, string>>) =>
      setSearch(
        (before) => {
          const merged = new URLSearchParams(before);
          for (const [name, value] of Object.entries<string | undefined>(next)) {
            if (value) merged.set(name, value);
            else merged.delete(name);
          }
          return merged;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setSearch],
  );
  return { values, set };
}
