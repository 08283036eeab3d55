import type { ReactNode } from 'react';
import classes from './status.module.css';

/** A card of named facts under one sentence. */
export function Facts({
  title,
  sentence,
  wide = false,
  children,
}: {
  title: string;
  sentence: string;
  /** Many facts, side by side. */
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={classes.card} aria-label={title} data-wide={wide || undefined}>
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
