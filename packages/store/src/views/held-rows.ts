import type { Prisma } from '../connection/prisma.ts';
import { toHold } from '../rows/service-row.ts';
import type { HeldRow } from './view-rows.ts';

/** Holds with the release that each of them took back. */
export async function heldRows(
  prisma: Prisma,
  rows: readonly Parameters<typeof toHold>[0][],
): Promise<HeldRow[]> {
  if (rows.length === 0) return [];
  const found = await prisma.deployment.findMany({
    where: { id: { in: rows.map((row) => row.deploymentId) } },
    select: { id: true, release: true, version: true },
  });
  const releases = new Map(found.map(({ id, release, version }) => [id, { release, version }]));
  return rows.map((row) => ({ ...toHold(row), held: releases.get(row.deploymentId) ?? null }));
}
