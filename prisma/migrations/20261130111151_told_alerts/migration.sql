-- expands
-- CreateTable
CREATE TABLE "alert_sources" (
    "name" TEXT NOT NULL,
    "left_out_at" TIMESTAMPTZ(3),
    "left_out_why" TEXT,
    "forgot_until" TIMESTAMPTZ(3),

    CONSTRAINT "alert_sources_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "alert_hearings" (
    "source" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_hearings_pkey" PRIMARY KEY ("source","from_at")
);

-- CreateTable
CREATE TABLE "alert_episodes" (
    "source" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "labels" JSONB NOT NULL,
    "first_told_at" TIMESTAMPTZ(3) NOT NULL,
    "last_told_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "end_told_at" TIMESTAMPTZ(3),
    "contradicted_since" TIMESTAMPTZ(3),
    "contradicted_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_episodes_pkey" PRIMARY KEY ("source","fingerprint","starts_at")
);

-- CreateIndex
CREATE INDEX "alert_episodes_ended" ON "alert_episodes"("source", "end_told_at");
