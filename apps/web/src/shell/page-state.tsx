import { ApiError } from '@lastgood/api-client';
import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './page-state.module.css';
import { problemText } from './problem-toast.tsx';

/** While a page is fetched: its shape, and in words what is awaited. */
export function PageLoading({ what }: { what: string }) {
  return (
    <div className={classes.loading} role="status">
      <p>Loading {what}…</p>
      <Skeleton height={28} width="40%" />
      <Skeleton height={96} />
      <Skeleton height={96} />
      <Skeleton height={96} />
    </div>
  );
}

/** A page that could not be fetched: why, in the server's words, and what to do. */
export function PageError({ error, what, retry }: { error: unknown; what: string; retry: () => void }) {
  const { title, detail } = problemText(error);
  if (error instanceof ApiError && error.status === 404) {
    return (
      <PageNote title={`There is no such ${what}`} action={<Link to="/">Go to Now</Link>}>
        {detail}
      </PageNote>
    );
  }
  return (
    <PageNote
      alert
      title={`The ${what} could not be loaded: ${title}`}
      action={
        <Button h="var(--tap)" variant="default" onClick={retry}>
          Try again
        </Button>
      }
    >
      {detail} It is tried again by itself as well.
    </PageNote>
  );
}

interface PageNoteProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  alert?: boolean;
}

/** A page with nothing but something to say. */
export function PageNote({ title, children, action, alert = false }: PageNoteProps) {
  return (
    <section className={classes.note} role={alert ? 'alert' : undefined}>
      <h1>{title}</h1>
      <div>{children}</div>
      {action}
    </section>
  );
}
