import type { ServiceSummary } from '@lastgood/api-client';
import { useMemo } from 'react';
import { DependencyGraph } from './dependency-graph.tsx';
import classes from './fleet-graph.module.css';
import { drawingOf } from './fold-services.ts';

/** Who needs whom among these services: few as they are, many folded, and where neither can be drawn, what to do. */
export function FleetGraph({ services }: { services: readonly ServiceSummary[] }) {
  const drawing = useMemo(() => drawingOf(services), [services]);
  switch (drawing.kind) {
    case 'nothing':
      return (
        <p className={classes.dim}>
          None of these services declares a dependency. Add <code>dependencies</code> to its declaration.
        </p>
      );
    case 'too-many':
      return (
        <p className={classes.dim}>
          {drawing.services} services of one namespace and one team are too many for one drawing. Search for a
          name, or open a service: its page draws what it needs and what needs it.
        </p>
      );
    case 'folded':
      return (
        <section className={classes.graph} aria-label={`Dependencies by ${drawing.by}`}>
          <p className={classes.dim}>
            {drawing.services} services, folded: a box is a {drawing.by} with how many services it has, and
            stands as its worst one. Open it to see inside.
          </p>
          <DependencyGraph services={drawing.nodes} />
        </section>
      );
    case 'services':
      return (
        <section className={classes.graph} aria-label="Dependencies">
          <DependencyGraph services={drawing.nodes} />
        </section>
      );
  }
}
