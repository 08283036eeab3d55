import { Button } from '@mantine/core';
import classes from './part-note.module.css';

/** While a part that somebody asked for is on its way. */
export function PartLoading({ name }: { name: string }) {
  return (
    <p className={classes.note} data-late role="status">
      Loading {name}…
    </p>
  );
}

/** A part whose code this page cannot get any more, after an upgrade of the server for one. */
export function PartMissing({ name }: { name: string }) {
  return (
    <div className={classes.note} role="alert">
      The code of {name} could not be loaded. A new page has it.
      <Button variant="default" h="var(--tap)" onClick={() => window.location.reload()}>
        Load the page again
      </Button>
    </div>
  );
}
