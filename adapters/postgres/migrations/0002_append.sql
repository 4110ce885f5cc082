-- Append a batch of commands in one round trip: events, and what becomes true with them.
--
-- Answers one row per stored event (command, position, null) in a command's own order by position,
-- and one row per refused command (command, null, why): 'answered' (its Idempotency-Key has been
-- used), 'taken' (a value it claims is), 'version' (a version of its is). A refused command leaves
-- nothing and harms none of its neighbours.
--
-- The lock is held from before positions are drawn until commit, and positions continue the highest
-- one stored, not a sequence: they have no gaps, and no reader can pass an event that commits late.
-- Every other table here is written under the same lock, so a check is as good as a constraint.
-- Planner settings: a plan cached while a table was small would go on scanning all of it.
CREATE FUNCTION forge_append(
    event_commands int[], streams text[], versions bigint[], topics text[], states bytea[],
    times timestamptz[],
    text_commands int[], text_orgs text[], text_owners text[], digests text[], salts bytea[],
    encodings smallint[], texts bytea[],
    erasing_commands int[], erased_orgs text[], erased_owners text[], erased_digests text[],
    claim_commands int[], kinds text[], scopes text[], vals text[], holders text[],
    answer_commands int[], callers text[], keys text[], requests bytea[], answer_owners text[],
    bodies bytea[]
) RETURNS TABLE (command int, "position" bigint, refusal text)
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

    IF known <> '{}' THEN
        RETURN QUERY SELECT i.command, e.notification_id, NULL::text
        FROM unnest(event_commands, streams, versions) AS i (command, stream, version)
        JOIN forge_events e ON e.originator_id = i.stream AND e.originator_version = i.version
        WHERE i.command = ANY (known);
    END IF;
    IF refused <> '{}' THEN
        RETURN QUERY SELECT r, NULL::bigint, 'version' FROM unnest(refused) r;
    END IF;
    IF answer_commands <> '{}' THEN
        RETURN QUERY SELECT r.command, NULL::bigint, 'answered'
        FROM forge_refused_answers(answer_commands, callers, keys, known || refused) r;
        refused := refused || ARRAY(
            SELECT r.command
            FROM forge_refused_answers(answer_commands, callers, keys, known || refused) r);
    END IF;
    IF claim_commands <> '{}' THEN
        RETURN QUERY SELECT r.command, NULL::bigint, 'taken'
        FROM forge_refused_claims(claim_commands, kinds, scopes, vals, known || refused) r;
        refused := refused || ARRAY(
            SELECT r.command
            FROM forge_refused_claims(claim_commands, kinds, scopes, vals, known || refused) r);
    END IF;
    refused := known || refused;  -- from here on: what is not to be stored

    RETURN QUERY
    WITH accepted AS MATERIALIZED (
        SELECT i.*, head + row_number() OVER (ORDER BY i.ord) AS place,
               greatest(until, max(i.at) OVER (ORDER BY i.ord)) AS until
        FROM unnest(event_commands, streams, versions, topics, states, times) WITH ORDINALITY
            AS i (command, stream, version, topic, state, at, ord)
        WHERE refused = '{}' OR i.command <> ALL (refused)
    ), stored AS (
        INSERT INTO forge_events (originator_id, originator_version, topic, state,
                                  notification_id, recorded_until)
        SELECT a.stream, a.version, a.topic, a.state, a.place, a.until FROM accepted a
    )
    SELECT a.command, a.place, NULL::text FROM accepted a;

    IF claim_commands <> '{}' THEN
        INSERT INTO claims (kind, scope, value, holder)
        SELECT i.kind, i.scope, i.value, i.holder
        FROM unnest(claim_commands, kinds, scopes, vals, holders)
            AS i (command, kind, scope, value, holder)
        WHERE i.command <> ALL (refused);
    END IF;
    IF text_commands <> '{}' THEN
        INSERT INTO contents (org_id, owner, digest, salt, encoding, data)
        SELECT i.org_id, i.owner, i.digest, i.salt, i.encoding, i.data
        FROM unnest(text_commands, text_orgs, text_owners, digests, salts, encodings, texts)
            AS i (command, org_id, owner, digest, salt, encoding, data)
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

-- A key used before, or earlier in this batch: the later one finds the answer when it looks again.
CREATE FUNCTION forge_refused_answers(commands int[], callers text[], keys text[], left_out int[])
RETURNS TABLE (command int) LANGUAGE sql STABLE
AS $$
    SELECT i.command
    FROM (SELECT *, row_number() OVER (PARTITION BY caller, key ORDER BY ord) AS nth
          FROM unnest(commands, callers, keys) WITH ORDINALITY AS i (command, caller, key, ord)
          WHERE command <> ALL (left_out)) i
    WHERE i.nth > 1
       OR EXISTS (SELECT FROM answers a WHERE a.caller = i.caller AND a.key = i.key)
$$;

CREATE FUNCTION forge_refused_claims(
    commands int[], kinds text[], scopes text[], vals text[], left_out int[]
) RETURNS TABLE (command int) LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT i.command
    FROM (SELECT *, row_number() OVER (PARTITION BY kind, scope, value ORDER BY ord) AS nth
          FROM unnest(commands, kinds, scopes, vals) WITH ORDINALITY
              AS i (command, kind, scope, value, ord)
          WHERE command <> ALL (left_out)) i
    WHERE i.nth > 1
       OR EXISTS (SELECT FROM claims c
                  WHERE c.kind = i.kind AND c.scope = i.scope AND c.value = i.value)
$$;

-- One text of a stream or, without a digest, all that is kept for it outside the log.
CREATE FUNCTION forge_erase(erased_org text, erased_owner text, erased_digest text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM contents c
    WHERE c.owner = erased_owner AND c.org_id = erased_org
      AND (erased_digest IS NULL OR c.digest = erased_digest);
    IF erased_digest IS NULL THEN
        DELETE FROM forge_snapshots s WHERE s.originator_id = erased_owner;
        UPDATE answers a SET body = NULL WHERE a.owner = erased_owner;
    END IF;
END $$;

-- Keep a snapshot unless the stream has moved on: a purge must not be followed by what it erased.
CREATE FUNCTION forge_keep_snapshot(stream text, version bigint, topic text, state bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('forge_events'));
    DELETE FROM forge_snapshots s WHERE s.originator_id = stream AND s.originator_version < version;
    INSERT INTO forge_snapshots (originator_id, originator_version, topic, state)
    SELECT stream, version, topic, state
    WHERE version = (SELECT max(e.originator_version) FROM forge_events e
                     WHERE e.originator_id = stream)
    ON CONFLICT DO NOTHING;
END $$;

-- The last position recorded by a time: positions are dense and recorded_until only rises.
CREATE FUNCTION forge_position_at(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
BEGIN
    SELECT coalesce(max(notification_id), 0) INTO high FROM forge_events;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT recorded_until FROM forge_events WHERE notification_id = middle) <= moment THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;
