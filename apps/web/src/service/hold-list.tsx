import type { Hold } from '@lastgood/api-client';
import { useState } from 'react';
import { HoldCard } from './hold-card.tsx';

/** The versions that are kept from being deployed again; one that was just let in stays until that cannot be undone any more. */
export function HoldList({ holds }: { holds: readonly Hold[] }) {
  const [letIn, setLetIn] = useState<readonly Hold[]>([]);
  const kept = letIn.filter(({ id }) => !holds.some((hold) => hold.id === id && hold.releasedAt === null));
  const forget = (id: string) => setLetIn((known) => known.filter((one) => one.id !== id));
  return [...holds.filter(({ id }) => !kept.some((one) => one.id === id)), ...kept].map((hold) => (
    <HoldCard
      key={hold.id}
      hold={hold}
      onLetIn={(released) => setLetIn((known) => [...known.filter(({ id }) => id !== released.id), released])}
      onOver={() => forget(hold.id)}
    />
  ));
}
