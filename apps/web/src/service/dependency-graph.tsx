import { VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { useSeen } from '../live/use-seen.ts';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './dependency-graph.module.css';
import type { GraphNode } from './fold-services.ts';
import { layeredGraph, type Place, type PlacedNode } from './layered-graph.ts';

const columnWidth = 224;
const rowHeight = 56;
const box = { width: 168, height: 40 };

/** Drawn in pixels of a text of 16; where the text is larger, so is all that is drawn. */
const rem = (pixels: number): string => `${pixels / 16}rem`;

/** Who needs whom: arrows point from a service to what it needs, needs stand left. `focus` is marked. */
export function DependencyGraph({ services, focus }: { services: readonly GraphNode[]; focus?: string }) {
  const { nodes, edges } = layeredGraph(services);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const width =
    (Math.max(0, ...nodes.map((node) => node.column)) + 1) * columnWidth - (columnWidth - box.width);
  const height =
    (Math.max(0, ...[...nodes, ...edges.flatMap(({ via }) => via)].map((place) => place.row)) + 1) *
    rowHeight;
  return (
    <figure className={classes.figure}>
      <div className={classes.scroll}>
        <div className={classes.canvas} style={{ width: rem(width), height: rem(height) }}>
          <svg viewBox={`0 0 ${width} ${height}`} className={classes.edges} aria-hidden>
            {edges.map(({ from, to, via }) => (
              <Edge
                key={`${from} ${to}`}
                from={byKey.get(from)}
                to={byKey.get(to)}
                via={via}
                marked={from === focus || to === focus}
              />
            ))}
          </svg>
          {services.map((service) => (
            <NodeBox
              key={service.key}
              service={service}
              place={byKey.get(service.key)}
              focused={service.key === focus}
            />
          ))}
        </div>
      </div>
      <figcaption className={classes.caption}>
        Lines lead left to what a service needs. A group is taken back from right to left.
      </figcaption>
    </figure>
  );
}

const left = (place: Place): number => place.column * columnWidth;
const middle = (place: Place): number => place.row * rowHeight + rowHeight / 2;

interface EdgeProps {
  from: Place | undefined;
  to: Place | undefined;
  via: readonly Place[];
  marked: boolean;
}

function Edge({ from, to, via, marked }: EdgeProps) {
  if (!from || !to) return null;
  let path = `M${left(from)},${middle(from)}`;
  let x = left(from);
  let y = middle(from);
  for (const place of [...via, to]) {
    const endX = left(place) + box.width;
    const bend = Math.max(24, (x - endX) / 2);
    path += ` C${x - bend},${y} ${endX + bend},${middle(place)} ${endX},${middle(place)}`;
    if (place !== to) path += ` H${left(place)}`;
    x = left(place);
    y = middle(place);
  }
  return <path d={path} data-marked={marked || undefined} />;
}

function NodeBox({
  service,
  place,
  focused,
}: {
  service: GraphNode;
  place: PlacedNode | undefined;
  focused: boolean;
}) {
  const { meaning, word } = useSeen(service.standing);
  if (!place) return null;
  return (
    <Link
      to={service.to}
      className={classes.node}
      data-meaning={meaning}
      data-focused={focused || undefined}
      title={service.standing.lead || word}
      style={{
        ...{ left: rem(left(place)), top: rem(middle(place) - box.height / 2) },
        ...{ width: rem(box.width), height: rem(box.height) },
      }}
    >
      <MeaningIcon meaning={meaning} size="0.875rem" />
      <span className={classes.name}>{service.name}</span>
      <VisuallyHidden>
        : {word}
        {needsWords(service)}
        {service.note && ', '}
      </VisuallyHidden>
      <span className={classes.release}>{service.note}</span>
    </Link>
  );
}

const needsWords = ({ dependencies }: GraphNode): string =>
  dependencies.length === 0 ? '' : `, needs ${dependencies.map((key) => key.split('/').at(-1)).join(', ')}`;
