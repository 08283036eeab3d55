import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Access } from './access.ts';
import { TokenPage } from './token-page.tsx';

/** The app, or the page that asks who is there. */
export function TokenGate({ access, children }: { access: Access; children: ReactNode }) {
  const locked = useSyncExternalStore(access.subscribe, access.locked);
  const queries = useQueryClient();
  if (!locked) return children;
  return (
    <TokenPage
      access={access}
      onAccepted={() => {
        // What failed for want of a token is asked anew when its page comes back.
        queries.clear();
        access.accept();
      }}
    />
  );
}
