-- Tamper evidence: every event's hash covers its own row as stored and the hash before it in its
-- stream (safety.md, chain). `application/chain.py` computes the same from a row.

CREATE FUNCTION forge_chain_hash(previous bytea, "position" bigint, event_digest bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(coalesce(previous, sha256('')) || int8send("position") || event_digest);

-- Events stored before: each stream from its beginning, in the order of the log.
DO $$
DECLARE
    event record;
BEGIN
    FOR event IN SELECT * FROM forge_events ORDER BY notification_id LOOP
        UPDATE forge_events e SET chain_hash = forge_chain_hash(
            (SELECT p.chain_hash FROM forge_events p
             WHERE p.originator_id = event.originator_id
               AND p.originator_version = event.originator_version - 1),
            event.notification_id,
            sha256(int4send(octet_length(event.originator_id))
                   || convert_to(event.originator_id, 'UTF8')
                   || int8send(event.originator_version)
                   || int4send(octet_length(event.topic)) || convert_to(event.topic, 'UTF8')
                   || int4send(octet_length(event.state)) || event.state))
        WHERE e.originator_id = event.originator_id
          AND e.originator_version = event.originator_version;
    END LOOP;
END $$;
ALTER TABLE forge_events ALTER COLUMN chain_hash SET NOT NULL;

-- The key under which all that is personal of a stream is sealed, itself sealed under the master key
-- (`adapters/data_keys.py`), and what hides the digests its texts are filed under. Erasing a stream
-- is deleting its row.
CREATE TABLE data_keys (
    stream text PRIMARY KEY,
    org_id text NOT NULL,
    wrapped bytea NOT NULL,
    blind bytea NOT NULL
);
GRANT SELECT ON data_keys TO forge_app;

-- Texts are sealed, with their salt, and filed where only the stream's key leads.
DO $$
BEGIN
    IF EXISTS (SELECT FROM contents) THEN
        RAISE EXCEPTION 'texts stored before they were sealed cannot be taken over';
    END IF;
END $$;
ALTER TABLE contents DROP CONSTRAINT contents_pkey, DROP COLUMN digest, DROP COLUMN salt,
    ADD COLUMN place bytea NOT NULL, ADD PRIMARY KEY (owner, place);

CREATE FUNCTION forge_place(blind bytea, digest text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN sha256(blind || decode(digest, 'hex'));

CREATE OR REPLACE FUNCTION forge_erase(erased_org text, erased_owner text, erased_digest text)
RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM contents c
    WHERE c.owner = erased_owner AND c.org_id = erased_org
      AND (erased_digest IS NULL OR c.place = (
          SELECT forge_place(k.blind, erased_digest) FROM data_keys k
          WHERE k.stream = erased_owner));
    IF erased_digest IS NULL THEN
        DELETE FROM forge_snapshots s WHERE s.originator_id = erased_owner;
        UPDATE answers a SET body = NULL, request = '' WHERE a.owner = erased_owner;
        DELETE FROM data_keys k WHERE k.stream = erased_owner AND k.org_id = erased_org;
    END IF;
END $$;

-- As in 0002_append.sql, and besides: `nths` counts a command's events within each stream from 0.
-- The first of them (0) follows what is stored, each other the one before it, so they are stored
-- step by step; mostly there is one step. A version that does not continue its stream is refused.
-- `event_digests` are SHA-256 over all of a row but its position: computed by the writer, since here
-- it would take three times as long, and checked by whoever verifies. The answer's rows carry the hash.
-- A data key for a stream that has one was made by somebody who did not know of it: refused, for what
-- is sealed under it could not be read.
DROP FUNCTION forge_append(
    int[], text[], bigint[], text[], bytea[], timestamptz[], int[], text[], text[], text[], bytea[],
    smallint[], bytea[], int[], text[], text[], text[], int[], text[], text[], text[], text[], int[],
    text[], text[], bytea[], text[], bytea[]);
CREATE FUNCTION forge_append(
    event_commands int[], nths int[], streams text[], versions bigint[], topics text[],
    states bytea[], event_digests bytea[], times timestamptz[],
    key_commands int[], key_orgs text[], key_streams text[], wrapped bytea[], blinds bytea[],
    text_commands int[], text_orgs text[], text_owners text[], digests text[],
    encodings smallint[], texts bytea[],
    erasing_commands int[], erased_orgs text[], erased_owners text[], erased_digests text[],
    claim_commands int[], kinds text[], scopes text[], vals text[], holders text[],
    answer_commands int[], callers text[], keys text[], requests bytea[], answer_owners text[],
    bodies bytea[]
) RETURNS TABLE (command int, "position" bigint, refusal text, chain_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    head bigint;
    until timestamptz;
    known int[] := '{}';
    refused int[] := '{}';
    latest bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('forge_events'));
    SELECT e.notification_id, e.recorded_until INTO head, until
    FROM forge_events e ORDER BY e.notification_id DESC LIMIT 1;
    head := coalesce(head, 0);
    until := coalesce(until, '-infinity');

    -- Sent again after a lost connection: an event of the same bytes carries the same event id,
    -- so it is the very event, and its first arrival counts.
    SELECT coalesce(array_agg(DISTINCT i.command) FILTER (WHERE e.state = i.state), '{}'),
           coalesce(array_agg(DISTINCT i.command) FILTER (WHERE e.state <> i.state), '{}')
    INTO known, refused
    FROM unnest(event_commands, streams, versions, states) AS i (command, stream, version, state)
    JOIN forge_events e ON e.originator_id = i.stream AND e.originator_version = i.version;
    IF 1 < ANY (versions) THEN
        refused := refused || ARRAY(
            SELECT DISTINCT i.command
            FROM unnest(event_commands, nths, streams, versions) AS i (command, nth, stream, version)
            WHERE i.nth = 0 AND i.version > 1 AND NOT EXISTS (
                SELECT FROM forge_events e
                WHERE e.originator_id = i.stream AND e.originator_version = i.version - 1));
    END IF;

    IF key_commands <> '{}' THEN
        refused := refused || ARRAY(
            SELECT i.command FROM unnest(key_commands, key_streams) AS i (command, stream)
            JOIN data_keys k ON k.stream = i.stream WHERE i.command <> ALL (known));
    END IF;

    IF known <> '{}' THEN
        RETURN QUERY SELECT i.command, e.notification_id, NULL::text, e.chain_hash
        FROM unnest(event_commands, streams, versions) AS i (command, stream, version)
        JOIN forge_events e ON e.originator_id = i.stream AND e.originator_version = i.version
        WHERE i.command = ANY (known);
    END IF;
    IF refused <> '{}' THEN
        RETURN QUERY SELECT DISTINCT r, NULL::bigint, 'version', NULL::bytea FROM unnest(refused) r;
    END IF;
    IF answer_commands <> '{}' THEN
        RETURN QUERY SELECT r.command, NULL::bigint, 'answered', NULL::bytea
        FROM forge_refused_answers(answer_commands, callers, keys, known || refused) r;
        refused := refused || ARRAY(
            SELECT r.command
            FROM forge_refused_answers(answer_commands, callers, keys, known || refused) r);
    END IF;
    IF claim_commands <> '{}' THEN
        RETURN QUERY SELECT r.command, NULL::bigint, 'taken', NULL::bytea
        FROM forge_refused_claims(claim_commands, kinds, scopes, vals, known || refused) r;
        refused := refused || ARRAY(
            SELECT r.command
            FROM forge_refused_claims(claim_commands, kinds, scopes, vals, known || refused) r);
    END IF;
    refused := known || refused;  -- from here on: what is not to be stored

    FOR step IN 0 .. coalesce((SELECT max(nth) FROM unnest(nths) nth), -1) LOOP
        RETURN QUERY
        WITH hashed AS MATERIALIZED (
            SELECT a.*, forge_chain_hash(
                CASE WHEN a.version > 1 THEN (
                    SELECT p.chain_hash FROM forge_events p
                    WHERE p.originator_id = a.stream AND p.originator_version = a.version - 1) END,
                a.place, a.event_digest) AS hash
            FROM (
                SELECT i.*, head + row_number() OVER (ORDER BY i.ord) AS place,
                       greatest(until, max(i.at) OVER (ORDER BY i.ord)) AS until
                FROM unnest(event_commands, nths, streams, versions, topics, states, event_digests,
                            times) WITH ORDINALITY
                    AS i (command, nth, stream, version, topic, state, event_digest, at, ord)
                WHERE refused = '{}' OR i.command <> ALL (refused)
            ) a WHERE a.nth = step
        ), stored AS (
            INSERT INTO forge_events (originator_id, originator_version, topic, state,
                                      notification_id, recorded_until, chain_hash)
            SELECT h.stream, h.version, h.topic, h.state, h.place, h.until, h.hash FROM hashed h
        )
        SELECT h.command, h.place, NULL::text, h.hash FROM hashed h;
    END LOOP;

    IF claim_commands <> '{}' THEN
        INSERT INTO claims (kind, scope, value, holder)
        SELECT i.kind, i.scope, i.value, i.holder
        FROM unnest(claim_commands, kinds, scopes, vals, holders)
            AS i (command, kind, scope, value, holder)
        WHERE i.command <> ALL (refused);
    END IF;
    IF key_commands <> '{}' THEN
        INSERT INTO data_keys (stream, org_id, wrapped, blind)
        SELECT i.stream, i.org_id, i.wrapped, i.blind
        FROM unnest(key_commands, key_orgs, key_streams, wrapped, blinds)
            AS i (command, org_id, stream, wrapped, blind)
        WHERE refused = '{}' OR i.command <> ALL (refused);
    END IF;
    IF text_commands <> '{}' THEN
        INSERT INTO contents (org_id, owner, place, encoding, data)
        SELECT i.org_id, i.owner, forge_place(k.blind, i.digest), i.encoding, i.data
        FROM unnest(text_commands, text_orgs, text_owners, digests, encodings, texts)
            AS i (command, org_id, owner, digest, encoding, data)
        JOIN data_keys k ON k.stream = i.owner
        WHERE refused = '{}' OR i.command <> ALL (refused);
    END IF;

    IF erasing_commands <> '{}' THEN
        PERFORM forge_erase(i.org_id, i.owner, i.digest)
        FROM unnest(erasing_commands, erased_orgs, erased_owners, erased_digests)
            AS i (command, org_id, owner, digest)
        WHERE i.command <> ALL (refused);
    END IF;
    SELECT max(e.notification_id) INTO latest FROM forge_events e;
    IF answer_commands <> '{}' THEN
        INSERT INTO answers (caller, key, request, owner, body, "position")
        SELECT i.caller, i.key, i.request, i.owner, i.body, latest
        FROM unnest(answer_commands, callers, keys, requests, answer_owners, bodies)
            AS i (command, caller, key, request, owner, body)
        WHERE i.command <> ALL (refused);
    END IF;
    IF latest > head THEN
        PERFORM pg_notify('forge_events', latest::text);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION forge_chain_hash, forge_place, forge_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forge_append, forge_place TO forge_app;
