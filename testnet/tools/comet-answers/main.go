// comet-answers asks CometBFT v0.38.25 itself what it makes of given bytes, so that its answers can be kept as vectors
// (testnet/vectors/cometbft-answers).
//
// Standard input: one case, a JSON object, a line. Standard output: the same cases, each with CometBFT's answer.
// To make the file again: go run . < answers.jsonl > again.jsonl, and the two are equal.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtcons "github.com/cometbft/cometbft/proto/tendermint/consensus"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
)

const chainID = "answers-1"

// question is one case; which members are there depends on the kind.
type question struct {
	Kind string `json:"kind"`
	// Hex: an encoded message of that kind.
	Bytes string `json:"bytes,omitempty"`
	// validator-changes: the first update makes the set; power 0 removes; turns are taken.
	Steps []step `json:"steps,omitempty"`
	// median: what each validator weighs, its flag (1 absent, 2 commit, 3 nil) and its time in seconds.
	Powers []int64 `json:"powers,omitempty"`
	Flags  []int   `json:"flags,omitempty"`
	Times  []int64 `json:"times,omitempty"`
	// part-set: a block of so many bytes, byte i being 7 * i.
	Size int `json:"size,omitempty"`
	// genesis: the document's text.
	Document string `json:"document,omitempty"`
	Answer   any    `json:"answer"`
}

type step struct {
	Update [][2]int64 `json:"update,omitempty"` // key number, power
	Turns  int32      `json:"turns,omitempty"`
}

type answer map[string]any

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		q.Answer = ask(q)
		if err := out.Encode(q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}

// ask returns what CometBFT says, and "refused" for errors and panics alike: their texts are not compared.
func ask(q question) (result any) {
	defer func() {
		if recover() != nil {
			result = "refused"
		}
	}()
	said, err := say(q)
	if err != nil {
		return "refused"
	}
	return said
}

func say(q question) (any, error) {
	bytes, err := hex.DecodeString(q.Bytes)
	if err != nil {
		return nil, err
	}
	switch q.Kind {
	case "vote":
		return vote(bytes)
	case "proposal":
		return proposal(bytes)
	case "part":
		return part(bytes)
	case "commit":
		return commit(bytes)
	case "header":
		return header(bytes)
	case "evidence":
		return evidence(bytes)
	case "block":
		return block(bytes)
	case "message":
		return message(bytes)
	case "validator-set":
		return validatorSet(bytes)
	case "params":
		return params(bytes)
	case "results":
		return results(bytes)
	case "validator-changes":
		return changes(q.Steps)
	case "median":
		return median(q)
	case "part-set":
		return partSet(q.Size)
	case "genesis":
		return genesis(q.Document)
	}
	return nil, fmt.Errorf("unknown kind %q", q.Kind)
}

func vote(bytes []byte) (any, error) {
	var pb cmtproto.Vote
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	v, err := types.VoteFromProto(&pb)
	if err != nil {
		return nil, err
	}
	if err := v.ValidateBasic(); err != nil {
		return nil, err
	}
	again := v.ToProto()
	return answer{
		"bytes":              marshal(again),
		"signBytes":          text(types.VoteSignBytes(chainID, again)),
		"extensionSignBytes": text(types.VoteExtensionSignBytes(chainID, again)),
		"json":               asJSON(v),
	}, nil
}

func proposal(bytes []byte) (any, error) {
	var pb cmtproto.Proposal
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	p, err := types.ProposalFromProto(&pb)
	if err != nil {
		return nil, err
	}
	again := p.ToProto()
	sign := text(types.ProposalSignBytes(chainID, again))
	return answer{"bytes": marshal(again), "signBytes": sign, "json": asJSON(p)}, nil
}

func part(bytes []byte) (any, error) {
	var pb cmtproto.Part
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	p, err := types.PartFromProto(&pb)
	if err != nil {
		return nil, err
	}
	again, err := p.ToProto()
	return answer{"bytes": marshal(again)}, err
}

func commit(bytes []byte) (any, error) {
	var pb cmtproto.Commit
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	c, err := types.CommitFromProto(&pb)
	if err != nil {
		return nil, err
	}
	return answer{"bytes": marshal(c.ToProto()), "hash": text(c.Hash()), "json": asJSON(c)}, nil
}

func header(bytes []byte) (any, error) {
	var pb cmtproto.Header
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	h, err := types.HeaderFromProto(&pb)
	if err != nil {
		return nil, err
	}
	return answer{"bytes": marshal(h.ToProto()), "hash": text(h.Hash()), "json": asJSON(h)}, nil
}

func evidence(bytes []byte) (any, error) {
	var pb cmtproto.Evidence
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	e, err := types.EvidenceFromProto(&pb)
	if err != nil {
		return nil, err
	}
	again, err := types.EvidenceToProto(e)
	return answer{
		"bytes":    marshal(again),
		"hash":     text(e.Hash()),
		"listHash": text(types.EvidenceList{e}.Hash()),
		"json":     asJSON(types.EvidenceList{e}),
	}, err
}

func block(bytes []byte) (any, error) {
	var pb cmtproto.Block
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	b, err := types.BlockFromProto(&pb)
	if err != nil {
		return nil, err
	}
	again, err := b.ToProto()
	if err != nil {
		return nil, err
	}
	parts, err := b.MakePartSet(types.BlockPartSizeBytes)
	return answer{
		"bytes":     marshal(again),
		"hash":      text(b.Hash()),
		"partsHash": text(parts.Hash()),
		"json":      asJSON(b),
	}, err
}

func message(bytes []byte) (any, error) {
	var pb cmtcons.Message
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	inner, err := pb.Unwrap()
	if err != nil {
		return nil, err
	}
	m, err := consensus.MsgFromProto(inner)
	if err != nil {
		return nil, err
	}
	return answer{"bytes": marshal(&pb)}, m.ValidateBasic()
}

func validatorSet(bytes []byte) (any, error) {
	var pb cmtproto.ValidatorSet
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	set, err := types.ValidatorSetFromProto(&pb)
	if err != nil {
		return nil, err
	}
	again, err := set.ToProto()
	return answer{"bytes": marshal(again), "hash": text(set.Hash()), "json": asJSON(set.Validators)}, err
}

func params(bytes []byte) (any, error) {
	var pb cmtproto.ConsensusParams
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	p := types.ConsensusParamsFromProto(pb)
	again := p.ToProto()
	return answer{
		"bytes":      marshal(&again),
		"hash":       text(p.Hash()),
		"json":       asJSON(p),
		"updateJson": asJSON(&again),
	}, p.ValidateBasic()
}

func results(bytes []byte) (any, error) {
	var pb abci.ResponseFinalizeBlock
	if err := pb.Unmarshal(bytes); err != nil {
		return nil, err
	}
	sparse := []json.RawMessage{}
	for _, r := range pb.TxResults {
		// A value that nobody points to is written without its own method, as in the events of subscriptions.
		var wrapped map[string]json.RawMessage
		if err := json.Unmarshal(asJSON(struct{ Result abci.ExecTxResult }{*r}), &wrapped); err != nil {
			return nil, err
		}
		sparse = append(sparse, wrapped["Result"])
	}
	return answer{
		"bytes":       marshal(&pb),
		"hash":        text(types.NewResults(pb.TxResults).Hash()),
		"txResults":   asJSON(pb.TxResults),
		"sparse":      sparse,
		"events":      asJSON(pb.Events),
		"validators":  asJSON(pb.ValidatorUpdates),
		"paramsIsNil": pb.ConsensusParamUpdates == nil,
	}, nil
}

func changes(steps []step) (any, error) {
	var set *types.ValidatorSet
	states := []string{}
	for _, s := range steps {
		if s.Turns > 0 {
			set.IncrementProposerPriority(s.Turns)
			states = append(states, state(set))
			continue
		}
		validators := []*types.Validator{}
		for _, u := range s.Update {
			validators = append(validators, types.NewValidator(key(u[0]), u[1]))
		}
		if set == nil {
			set = types.NewValidatorSet(validators)
			states = append(states, state(set))
		} else if err := set.UpdateWithChangeSet(validators); err != nil {
			states = append(states, "refused")
		} else {
			states = append(states, state(set.CopyIncrementProposerPriority(1)))
		}
	}
	return states, nil
}

// state shows a set: address:power:priority of each, then proposer, hash and total power.
func state(set *types.ValidatorSet) string {
	shown := []string{}
	for _, v := range set.Validators {
		shown = append(shown, fmt.Sprintf("%x:%d:%d", []byte(v.Address), v.VotingPower, v.ProposerPriority))
	}
	shown = append(shown, fmt.Sprintf("%x", []byte(set.GetProposer().Address)))
	shown = append(shown, fmt.Sprintf("%x", set.Hash()), fmt.Sprint(set.TotalVotingPower()))
	return strings.Join(shown, " ")
}

func median(q question) (any, error) {
	validators := []*types.Validator{}
	c := &types.Commit{}
	for i, power := range q.Powers {
		validators = append(validators, types.NewValidator(key(int64(i)), power))
		if q.Flags[i] == 1 {
			c.Signatures = append(c.Signatures, types.NewCommitSigAbsent())
			continue
		}
		c.Signatures = append(c.Signatures, types.CommitSig{
			BlockIDFlag:      types.BlockIDFlag(q.Flags[i]),
			ValidatorAddress: key(int64(i)).Address(),
			Timestamp:        time.Unix(q.Times[i], 0),
			Signature:        []byte{1},
		})
	}
	t, err := sm.MedianTime(c, types.NewValidatorSet(validators))
	return t.Unix(), err
}

func partSet(size int) (any, error) {
	bytes := make([]byte, size)
	for i := range bytes {
		bytes[i] = byte(i * 7)
	}
	set := types.NewPartSetFromData(bytes, types.BlockPartSizeBytes)
	proofs := []string{}
	for i := 0; i < int(set.Total()); i++ {
		pb, err := set.GetPart(i).ToProto()
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, marshal(&pb.Proof))
	}
	return answer{"hash": text(set.Hash()), "proofs": proofs}, nil
}

func genesis(document string) (any, error) {
	g, err := types.GenesisDocFromJSON([]byte(document))
	if err != nil {
		return nil, err
	}
	return answer{"json": asJSON(g)}, nil
}

// key is the public key with the number in its first bytes; nobody knows its secret.
func key(number int64) ed25519.PubKey {
	bytes := make([]byte, ed25519.PubKeySize)
	bytes[0], bytes[1] = byte(number), byte(number>>8)
	return ed25519.PubKey(bytes)
}

func marshal(pb interface{ Marshal() ([]byte, error) }) string {
	bytes, err := pb.Marshal()
	if err != nil {
		panic(err)
	}
	return text(bytes)
}

func text(bytes []byte) string { return hex.EncodeToString(bytes) }

func asJSON(value any) json.RawMessage {
	bytes, err := cmtjson.Marshal(value)
	if err != nil {
		panic(err)
	}
	return bytes
}
