import { Button } from '@mantine/core';
import { useRouteError } from 'react-router';
import { PageNote } from '../shell/page-state.tsx';

/** A fault of this page itself, or a part of it that could not be loaded after an upgrade. */
export function RouteError() {
  const error = useRouteError();
  const text = error instanceof Error ? error.message : String(error);
  return (
    <div style={{ padding: '2rem' }}>
      <PageNote
        alert
        title="This page broke"
        action={
          <Button h="var(--tap)" onClick={() => window.location.reload()}>
            Load it again
          </Button>
        }
      >
        {text} What Lastgood does in the background is not affected. After an upgrade of the server, loading
        the page again is enough.
      </PageNote>
    </div>
  );
}
