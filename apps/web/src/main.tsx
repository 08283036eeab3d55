import '@fontsource-variable/inter/wght.css';
import 'virtual:mantine.css';
import './tokens.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { createAccess } from './access/access.ts';
import { TokenGate } from './access/token-gate.tsx';
import { actAgain, againAfterMs, readAgain } from './asking/ask-again.ts';
import { LiveProvider } from './live/live-provider.tsx';
import { preloadPages, router } from './routes.tsx';
import { notices } from './shell/parts.ts';
import { theme } from './theme.ts';
import { serverClock } from './time/server-clock.ts';

const { Part: Notices } = notices;

const access = createAccess(window.sessionStorage);

const queries = new QueryClient({
  mutationCache: new MutationCache({ onError: access.onFault }),
  queryCache: new QueryCache({
    onError: access.onFault,
    onSuccess: (data) => {
      if (typeof data === 'object' && data !== null && 'at' in data && typeof data.at === 'string') {
        serverClock.setFrom(Date.parse(data.at), Date.now());
      }
    },
  }),
  defaultOptions: {
    queries: {
      // The live line says what is stale; a page that is opened again still asks.
      staleTime: 2000,
      // The server is often on this very machine: whether the internet is reachable says nothing.
      networkMode: 'always',
      retry: readAgain,
      retryDelay: (failures, error) => againAfterMs(failures, error, Math.random()),
    },
    mutations: {
      networkMode: 'always',
      retry: actAgain,
      retryDelay: (failures, error) => againAfterMs(failures, error, Math.random()),
    },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <TokenGate access={access}>
          <LiveProvider protocols={access.protocols}>
            <Suspense>
              <Notices />
            </Suspense>
            <RouterProvider router={router} />
          </LiveProvider>
        </TokenGate>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

// What is shown first has the line to itself.
window.addEventListener('load', () => window.setTimeout(preloadPages, 1_500), { once: true });
