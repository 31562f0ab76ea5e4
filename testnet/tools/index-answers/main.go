// index-answers asks the event indexers of CometBFT v0.38.25 themselves what they find, so that their answers can be kept
// as vectors (testnet/vectors/index-answers).
//
// Standard input: the blocks in one JSON object on the first line, then one query a line. Standard output: the same lines,
// each query with what was found. To make the file again: go run . < answers.jsonl > again.jsonl, and the two are equal.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"sort"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/libs/pubsub/query"
	blockkv "github.com/cometbft/cometbft/state/indexer/block/kv"
	"github.com/cometbft/cometbft/state/txindex"
	"github.com/cometbft/cometbft/state/txindex/kv"
	"github.com/cometbft/cometbft/types"
)

type event struct {
	Type string `json:"type"`
	// Key, value, and "no" where the attribute is not indexed.
	Attributes [][]string `json:"attributes"`
}

type tx struct {
	Bytes  string  `json:"bytes"`
	Code   uint32  `json:"code"`
	Events []event `json:"events"`
}

type block struct {
	Height int64   `json:"height"`
	Txs    []tx    `json:"txs"`
	Events []event `json:"events"`
}

type data struct {
	Blocks []block `json:"blocks"`
}

type question struct {
	Kind  string `json:"kind"`
	Query string `json:"query"`
	// Of transactions: height and number in the block. Of blocks: heights.
	Found any    `json:"found,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)

	lines.Scan()
	var stored data
	must(json.Unmarshal(lines.Bytes(), &stored))
	_, err := out.WriteString(lines.Text() + "\n")
	must(err)
	txs := kv.NewTxIndex(dbm.NewMemDB())
	txs.SetLogger(log.NewNopLogger())
	blocks := blockkv.New(dbm.NewMemDB())
	blocks.SetLogger(log.NewNopLogger())
	for _, b := range stored.Blocks {
		store(txs, blocks, b)
	}
	for lines.Scan() {
		var q question
		must(json.Unmarshal(lines.Bytes(), &q))
		ask(txs, blocks, &q)
		must(encoder.Encode(q))
	}
	must(lines.Err())
}

func store(txs *kv.TxIndex, blocks *blockkv.BlockerIndexer, b block) {
	must(blocks.Index(types.EventDataNewBlockEvents{Height: b.Height, Events: events(b.Events), NumTxs: int64(len(b.Txs))}))
	batch := txindex.NewBatch(int64(len(b.Txs)))
	for i, t := range b.Txs {
		bytes, err := hex.DecodeString(t.Bytes)
		must(err)
		must(batch.Add(&abci.TxResult{
			Height: b.Height, Index: uint32(i), Tx: bytes,
			Result: abci.ExecTxResult{Code: t.Code, Events: events(t.Events)},
		}))
	}
	must(txs.AddBatch(batch))
}

func events(list []event) []abci.Event {
	var result []abci.Event
	for _, e := range list {
		var attributes []abci.EventAttribute
		for _, a := range e.Attributes {
			attributes = append(attributes, abci.EventAttribute{Key: a[0], Value: a[1], Index: len(a) == 2})
		}
		result = append(result, abci.Event{Type: e.Type, Attributes: attributes})
	}
	return result
}

func ask(txs *kv.TxIndex, blocks *blockkv.BlockerIndexer, q *question) {
	q.Found, q.Error = nil, ""
	parsed, err := query.New(q.Query)
	if err != nil {
		q.Error = err.Error()
		return
	}
	if q.Kind == "block" {
		found, err := blocks.Search(context.Background(), parsed)
		if err != nil {
			q.Error = err.Error()
			return
		}
		q.Found = found
		return
	}
	found, err := txs.Search(context.Background(), parsed)
	if err != nil {
		q.Error = err.Error()
		return
	}
	places := make([][2]int64, 0, len(found))
	for _, r := range found {
		places = append(places, [2]int64{r.Height, int64(r.Index)})
	}
	sort.Slice(places, func(i, j int) bool {
		return places[i][0] < places[j][0] || places[i][0] == places[j][0] && places[i][1] < places[j][1]
	})
	q.Found = places
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
