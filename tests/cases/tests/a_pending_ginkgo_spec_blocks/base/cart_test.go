package cart_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/cart"
)

var _ = Describe("Total", func() {
	Context("with rows", func() {
		It("adds them up", func() {
			got, err := cart.Total([]int{1, 2})
			Expect(err).NotTo(HaveOccurred())
			Expect(got).To(Equal(3))
		})

		It("refuses none", func() {
			_, err := cart.Total(nil)
			Expect(err).To(MatchError(cart.ErrEmpty))
		})
	})
})
