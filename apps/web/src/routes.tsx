import { createBrowserRouter } from 'react-router';
import { RouteError } from './pages/route-error.tsx';
import { Frame } from './shell/frame.tsx';

/** Every state of the screen is an address; every page is loaded when it is first visited. */
export const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./pages/now-page.tsx')).NowPage }) },
      {
        path: 'deployments/:id',
        lazy: async () => ({ Component: (await import('./pages/deployment-page.tsx')).DeploymentPage }),
      },
      {
        path: 'deployments/:id/compare/:other',
        lazy: async () => ({ Component: (await import('./pages/compare-page.tsx')).ComparePage }),
      },
      { path: 'runs/:id', lazy: async () => ({ Component: (await import('./pages/run-page.tsx')).RunPage }) },
      {
        path: 'services',
        lazy: async () => ({ Component: (await import('./pages/services-page.tsx')).ServicesPage }),
      },
      {
        path: 'services/:cluster/:namespace/:name',
        lazy: async () => ({ Component: (await import('./pages/service-page.tsx')).ServicePage }),
      },
      {
        path: 'history',
        lazy: async () => ({ Component: (await import('./pages/history-page.tsx')).HistoryPage }),
      },
      {
        path: '*',
        lazy: async () => ({ Component: (await import('./pages/not-found-page.tsx')).NotFoundPage }),
      },
    ],
  },
]);
