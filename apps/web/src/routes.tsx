import { createBrowserRouter } from 'react-router';
import { RouteError } from './pages/route-error.tsx';
import { Frame } from './shell/frame.tsx';
import { LazyPage, pageCode } from './shell/lazy-page.tsx';
import { commandPalette, helpOverlay } from './shell/parts.ts';

/** Every state of the screen is an address. */
const pages = {
  '/': pageCode(async () => (await import('./pages/now-page.tsx')).NowPage),
  'deployments/:id': pageCode(async () => (await import('./pages/deployment-page.tsx')).DeploymentPage),
  'incidents/:id': pageCode(async () => (await import('./pages/incident-page.tsx')).IncidentPage),
  'deployments/:id/compare/:other': pageCode(
    async () => (await import('./pages/compare-page.tsx')).ComparePage,
  ),
  'runs/:id': pageCode(async () => (await import('./pages/run-page.tsx')).RunPage),
  'runs/:id/why': pageCode(async () => (await import('./pages/why-page.tsx')).RunWhyPage),
  'deployments/:id/why': pageCode(async () => (await import('./pages/why-page.tsx')).DeploymentWhyPage),
  'services/add': pageCode(async () => (await import('./pages/add-service-page.tsx')).AddServicePage),
  'triggers/try': pageCode(async () => (await import('./pages/try-trigger-page.tsx')).TryTriggerPage),
  'triggers/import': pageCode(async () => (await import('./pages/import-rules-page.tsx')).ImportRulesPage),
  'triggers/backtest': pageCode(async () => (await import('./pages/backtest-page.tsx')).BacktestPage),
  services: pageCode(async () => (await import('./pages/services-page.tsx')).ServicesPage),
  'services/:cluster/:namespace/:name': pageCode(
    async () => (await import('./pages/service-page.tsx')).ServicePage,
  ),
  history: pageCode(async () => (await import('./pages/history-page.tsx')).HistoryPage),
  log: pageCode(async () => (await import('./pages/log-page.tsx')).LogPage),
  status: pageCode(async () => (await import('./pages/status-page.tsx')).StatusPage),
  '*': pageCode(async () => (await import('./pages/not-found-page.tsx')).NotFoundPage),
};

/** A fault of a page leaves the frame standing; the outer boundary is for one of the frame itself. */
export const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <RouteError />,
    children: [
      {
        errorElement: <RouteError />,
        children: Object.entries(pages).map(([path, code]) => ({
          path,
          element: <LazyPage key={path} code={code} />,
        })),
      },
    ],
  },
]);

/** Whoever goes to a page finds it there, the server or not. What fails is fetched when it is wanted. */
export function preloadPages(): void {
  const charts = () => import('./trigger/trigger-chart.tsx');
  const parts = [...Object.values(pages), commandPalette, helpOverlay, { load: charts }];
  for (const part of parts) void part.load().catch(() => undefined);
}
