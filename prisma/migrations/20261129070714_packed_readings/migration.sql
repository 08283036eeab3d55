-- expands
-- CreateTable
CREATE TABLE "packed_asks" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "chunk" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "queries" INTEGER[],
    "answer_digests" BYTEA NOT NULL,
    "took_ms" DOUBLE PRECISION[],

    CONSTRAINT "packed_asks_pkey" PRIMARY KEY ("chunk","slot","at")
) PARTITION BY RANGE ("slot");

-- CreateTable
CREATE TABLE "asked_queries" (
    "day" TIMESTAMPTZ(3) NOT NULL,
    "id" SERIAL NOT NULL,
    "digest" TEXT NOT NULL,
    "query" TEXT NOT NULL,

    CONSTRAINT "asked_queries_pkey" PRIMARY KEY ("digest","day")
) PARTITION BY RANGE ("day");

-- CreateTable
CREATE TABLE "packed_readings" (
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "chunk" INTEGER NOT NULL,
    "shard" SMALLINT NOT NULL,
    "late_ms" DOUBLE PRECISION NOT NULL,
    "series" INTEGER[],
    "numbers" DOUBLE PRECISION[],
    "samples" DOUBLE PRECISION[],

    CONSTRAINT "packed_readings_pkey" PRIMARY KEY ("chunk","shard","slot")
) PARTITION BY RANGE ("slot");

-- CreateTable
CREATE TABLE "reading_series" (
    "day" TIMESTAMPTZ(3) NOT NULL,
    "id" SERIAL NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "chunk" INTEGER NOT NULL,
    "shard" SMALLINT NOT NULL,
    "definition" TEXT NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "phase" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sample_kind" TEXT,
    "counts" BOOLEAN NOT NULL,
    "settling" BOOLEAN NOT NULL,

    CONSTRAINT "reading_series_pkey" PRIMARY KEY ("deployment_id","trigger","id","day")
) PARTITION BY RANGE ("day");

-- Each row is written anew in every slot. Room for that beside it keeps the index out of it, and the log short.
-- https://www.postgresql.org/docs/18/storage-hot.html
ALTER TABLE "trigger_states" SET (fillfactor = 45);
