import type { ReactNode } from 'react';
import classes from './status.module.css';

/** A card of named facts under one sentence. */
export function Facts({
  title,
  sentence,
  children,
}: {
  title: string;
  sentence: string;
  children: ReactNode;
}) {
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      <p>{sentence}</p>
      <dl className={classes.facts}>{children}</dl>
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
