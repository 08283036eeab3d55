-- expands
-- CreateTable
CREATE TABLE "heartbeats" (
    "replica" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "heartbeats_pkey" PRIMARY KEY ("replica")
);

-- CreateTable
CREATE TABLE "migration_origins" (
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "expands" BOOLEAN NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "migration_origins_pkey" PRIMARY KEY ("name")
);
