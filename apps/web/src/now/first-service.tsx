import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { CopyText } from '../shell/copy-text.tsx';
import classes from './first-service.module.css';

/** Nothing is declared: the guided page, and the two calls that do the same, ready to be copied. */
export function FirstService() {
  const api = `${window.location.origin}/api/v1`;
  return (
    <section className={classes.first} aria-labelledby="first-service">
      <h2 id="first-service">Declare the first service</h2>
      <p>
        <Button component={Link} to="/services/add" h="var(--tap)">
          Add a service
        </Button>
      </p>
      <p>It is written from what runs in your cluster and tried before it counts. Or by the API:</p>
      <ol className={classes.steps}>
        <li>
          <p>
            Say which workload serves it. What runs now becomes its <em>presumed good</em> release, so even
            the next deployment can be taken back.
          </p>
          <CopyText label="Copy the first call" text={declareCall(api)} />
        </li>
        <li>
          <p>From then on let the pipeline say when it deploys, before it applies.</p>
          <CopyText label="Copy the second call" text={deployCall(api)} />
        </li>
      </ol>
      <p>
        Addresses are <code>cluster/namespace/name</code>. Everything else is in the{' '}
        <a href="/api/docs">API reference</a>.
      </p>
    </section>
  );
}

const declareCall = (api: string): string =>
  [
    `curl -X PUT ${api}/services/prod/shop/checkout \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '{"workloads":[{"kind":"Deployment","name":"checkout"}]}'`,
  ].join('\n');

const deployCall = (api: string): string =>
  [
    `curl -X POST ${api}/deployments \\`,
    `  -H 'content-type: application/json' -H "idempotency-key: $CI_JOB_ID" \\`,
    `  -d '{"service":"prod/shop/checkout","version":"1.4.2","commit":"'$GIT_COMMIT'"}'`,
  ].join('\n');
