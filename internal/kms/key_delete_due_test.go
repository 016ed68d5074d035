package kms_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sharedkms/internal/fault"
	"sharedkms/internal/iam"
	"sharedkms/internal/iam/iamtest"
	"sharedkms/internal/keyuse"
	"sharedkms/internal/kms"
	"sharedkms/internal/store"
	"sharedkms/internal/store/storetest"
)

func TestScheduledDeletion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, kept := w.key("doomed"), w.key("kept")
		w.share("all", allActions, id)
		for _, days := range []int{6, 1097, -1} {
			iamtest.WantFault(t, w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, id, days), fault.Invalid, "KMS.1401")
		}
		use := keyuse.Use{Resource: iam.URN{Service: "csms", Region: region, Account: w.recipient.Account, Type: "secretName", ID: "s1"}, KeyID: string(id), Kind: keyuse.Secret, Name: "hidden-name"}
		err := w.Gate.Write(ctx(), w.recipient, func(tx *iam.Tx) error {
			if err := tx.Allow("csms:secret:create", use.Resource); err != nil {
				return err
			}
			tx.Last(func(err error) error { return err }, keyuse.StepIn(tx, use))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Second)
		if err := w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, id, 7); err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Second)
		if err := w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, kept, 1096); err != nil {
			t.Fatal(err)
		}
		w.Advance(-time.Second)
		wantTrail(t, w, w.owner.Account, "scheduleKeyDeletion succeeded", "deleteKeyRiskTips succeeded", "scheduleKeyDeletion succeeded")
		w.Advance(7*24*time.Hour - time.Second)
		sweep(t, w)
		if got := w.state(id); got != kms.PendingDeletion {
			t.Fatalf("a second early the key is %s", got)
		}
		w.Advance(time.Second)
		var wg sync.WaitGroup // replicas sweep at once
		for range 3 {
			wg.Go(func() { sweep(t, w) })
		}
		wg.Wait()

		owner, recipient := w.SignIn(w.owner.User), w.SignIn(w.recipient.User) // a week later
		for _, caller := range []iam.Caller{owner, recipient} {
			_, err := w.kms.DescribeKey(ctx(), caller, region, id, 0)
			iamtest.WantFault(t, err, fault.NotFound, "KMS.0207")
			_, err = w.encrypt(caller, id, "x", "")
			iamtest.WantFault(t, err, fault.NotFound, "KMS.0207")
		}
		iamtest.WantFault(t, w.kms.CancelKeyDeletion(ctx(), owner, region, id), fault.NotFound, "KMS.0207")
		list, err := w.kms.ListKeys(ctx(), owner, kms.ListKeysInput{Region: region, Slice: store.Slice{Size: 9}})
		if err != nil || len(list.Keys) != 1 || list.Used != 1 {
			t.Errorf("after deletion: %d keys, %d used, %v; want 1 and 1", len(list.Keys), list.Used, err)
		}
		deletions := 0
		for _, tr := range w.Traces(owner.Account) {
			if tr.Event == "deleteKey" {
				deletions++
				if tr.Field("agency") != "system" {
					t.Errorf("the sweep's trace names %q", tr.Field("agency"))
				}
			}
			if bytes.Contains([]byte(tr.Body), []byte("hidden-name")) {
				t.Error("the owner's trail names another account's secret")
			}
		}
		if deletions != 1 {
			t.Errorf("%d traces of the deletion, want 1", deletions)
		}
		w.owner = owner
		w.key("doomed") // the name is free again
	})
}

func sweep(t *testing.T, w *world) {
	t.Helper()
	if err := w.kms.RunOnce(ctx(), w.Now()); err != nil {
		t.Errorf("sweep: %v", err)
	}
}

// After the deletion no file of the embedded database holds the sealed material.
func TestDeletedMaterialIsGoneFromTheFiles(t *testing.T) {
	cfg := storetest.SQLiteConfig(t)
	st, err := store.Connect(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	base := iamtest.New(t, st)
	w := &world{World: base, t: t, kms: kms.New(st, base.Gate, base.Sealer, iamtest.Regions, base.Now)}
	w.owner = w.Account("owner")
	id := w.key("doomed")
	var sealed []byte
	if err := st.Read(ctx()).Raw("SELECT sealed FROM key_versions WHERE key_id = ?", string(id)).Row().Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	needle := sealed[len(sealed)-40:]
	if !inFiles(t, cfg.File, needle) {
		t.Fatal("the material cannot be found before the deletion: the search is blind")
	}
	if err := w.kms.ScheduleKeyDeletion(ctx(), w.owner, region, id, 7); err != nil {
		t.Fatal(err)
	}
	w.Advance(8 * 24 * time.Hour)
	sweep(t, w)
	if inFiles(t, cfg.File, needle) {
		t.Error("the material is still in the database's files")
	}
}

func inFiles(t *testing.T, file string, needle []byte) bool {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, needle) {
			return true
		}
	}
	return false
}
